"""A membership with known truth: our coverage and bias against a numpy program, panels simulated by each."""
import json

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]
CASES = [("remove music (I)", "music"), ("annual -20 (I)", "annual20"), ("monthly +3 (I)", "monthly3"),
         ("faster shipping (II)", "shipping"), ("no annual plan (III)", "noannual")]


def measure(place):
    ours = place.figures("membership-subscription", *(["--quick"] if place.quick else []))
    printed = place.reference("membership/subscription.py", NUMPY, "--customers", 2000, "--replications", 5 if place.quick else 200)
    if printed is None:
        return ours, {}
    found = json.loads(printed)
    given, two_step = found["pooled"]
    rival = {"coverage_pooled": two_step, "coverage_given": given, "coverage_min": min(found["coverage_two_step"].values())}
    for case, key in CASES:
        rival[f"surplus_bias_{key}"] = found["surplus_relative_error_mean"][case]
    return ours, rival
