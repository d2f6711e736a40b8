#!/usr/bin/env bash
# Simulates a membership with known truth, estimates what benefits are worth, and asks what would happen.
set -euo pipefail
data=$(dirname "$0")

echo "== a panel of 500 customers with known truth"
shopkeeper membership simulate --customers 500 --months 48 --seed 1 --out members.csv --truth truth.json
python3 -c 'import json; json.dump(json.load(open("truth.json"))["model"], open("model.json", "w"))'

echo "== what benefits are worth (truth: ship .3, video .2, music .1, base .1, price .06, join 2)"
shopkeeper membership estimate --panel members.csv --model model.json --out estimate --quiet

echo "== the same, looking at today alone: the price gets the wrong sign"
shopkeeper membership estimate --panel members.csv --model model.json --method static --out static --quiet | grep price

echo "== can the data tell"
shopkeeper membership identify --panel members.csv --model model.json --quiet

echo "== what would happen"
shopkeeper membership counterfactual --estimate estimate --cases "$data/cases.json" --paths "monthly*2 annual" --quiet
shopkeeper membership report --estimate estimate --cases "$data/cases.json" --out report.html --quiet
