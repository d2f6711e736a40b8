"""Market entry of airlines: held-out likelihood of our chosen form against a numpy logit shrunk to the pooled one."""
import json

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]


def measure(place):
    data = place.data("airline-entry")
    ours = place.figures("membership-airline", *(["--quick"] if place.quick else []))
    if data is None:
        return ours, {}
    printed = place.reference("membership/airline.py", NUMPY, "--data", data.resolve())
    if printed is None:
        return ours, {}
    rival = {}
    for line in printed.splitlines():
        found = json.loads(line)
        key = "9" if found["columns"] == 9 else "12"
        rival[f"ll_{key}"] = found["shrunk to pooled"]["mean"]
        rival["ll_base"] = found["base rate"]["mean"]
    return ours, rival
