"""The bus world: our rewards against numpy programs with the same steps, samples drawn by each."""
import json

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]
SIZES = [50, 250, 500, 1000, 2500, 5000]
METHODS = [("PQR counts", "pqr_counts"), ("PQR logit", "pqr_logit"), ("PQR empirical Bayes on logit", "pqr"),
           ("NFXP anchor known, estimated P", "known"), ("NFXP anchor estimated, true P", "estimated")]
AGGREGATION = [("PQR sieve", "samq_pqr_mse"), ("aggregation, 100 cells", "samq_100_mse"), ("aggregation, 50 cells", "samq_50_mse")]


def lines(text):
    """Lines that begin with a number and go on as JSON."""
    for line in text.splitlines():
        size, _, rest = line.partition(" ")
        if size.isdigit():
            yield size, json.loads(rest)


def mean(values):
    return sum(values) / len(values)


def measure(place):
    ours = place.figures("membership-bus", *(["--quick"] if place.quick else []))
    sizes = SIZES[:3] if place.quick else SIZES
    tables = place.reference("membership/gladius_bus.py", NUMPY, "--seeds", 2 if place.quick else 10, "--paths", *sizes)
    if tables is None:
        return ours, {}
    rival = {}
    for size, row in lines(tables):
        for column, key in METHODS:
            # "0.99 (0.70) 0.31 ms": mean, deviation, time.
            rival[f"{key}_mape_{size}"] = float(row[column].split()[0])
    variables = [0, 20] if place.quick else [0, 2, 5, 20, 50, 100]
    sieves = place.reference("membership/sieve_pqr_highdim.py", NUMPY, "--seeds", 2, "--K", *variables)
    for count, row in lines(sieves):
        rival[f"sieve_mape_k{count}"] = mean(row["additive, all"]["mape"])
        if count != "0":
            rival[f"screened_mape_k{count}"] = mean(row["additive, screened"]["mape"])
            rival[f"kept_k{count}"] = max(row["additive, screened"]["kept"])
        if count == "100":
            rival["sieve_k100_sec"], rival["screened_k100_sec"] = row["additive, all"]["sec"], row["additive, screened"]["sec"]
    aggregated = json.loads(place.reference("membership/samq_bus.py", NUMPY, "--seeds", 2 if place.quick else 10))
    for column, key in AGGREGATION:
        rival[key] = float(aggregated[column].split()[1])
    return ours, rival
