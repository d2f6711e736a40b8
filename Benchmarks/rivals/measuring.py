"""Processor time and sizes, measured alike for every rival."""
import os
import time

import numpy as np


def processor(work):
    """What the work gives, and its processor seconds on all threads."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def microseconds(calls, passes=3):
    """Thread time of each call, the median of the passes."""
    for call in calls[:100]:
        call()
    times = np.empty((passes, len(calls)))
    for p in range(passes):
        for i, call in enumerate(calls):
            start = time.thread_time()
            call()
            times[p, i] = (time.thread_time() - start) * 1e6
    return np.median(times, 0)


def folder_bytes(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(path) for f in files)
