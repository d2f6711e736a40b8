"""A membership with ten benefits: our solver against a numpy program that multiplies one chain after the other too.

Chains are drawn by each program from the same ranges; sizes, plans and tolerance are the same.
"""
import json

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]


def measure(place):
    benefits = 8 if place.quick else 10
    ours = place.figures("membership-factored", "--benefits", benefits, *(["--quick"] if place.quick else []))
    printed = place.reference("membership/factored.py", NUMPY, "--benefits", benefits)
    if printed is None:
        return ours, {}
    found = json.loads(printed.splitlines()[0])
    return ours, {"states": found["states"], "sec": found["sec"], "operator_applications": found["applied"], "newton": found["newton"],
                  "residual": found["bellman_residual"]}
