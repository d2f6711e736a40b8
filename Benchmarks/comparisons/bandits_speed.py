"""Learning and predicting clicks against Vowpal Wabbit, from the same text file in the same run."""

PACKAGES = ["vowpalwabbit==9.11.9", "numpy==2.4.1"]


def measure(place):
    clicks, rows = place.folder / "clicks.vw", 20_000 if place.quick else 100_000
    place.shopkeeper("bench", "bandits-speed", "--json", "--rows", rows, "--keep-clicks", clicks, output=False)
    rival = place.rival("vowpal_wabbit_speed.py", PACKAGES, "--clicks", clicks)
    return place.figures("bandits-speed", "--clicks", clicks), rival
