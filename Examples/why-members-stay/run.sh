#!/usr/bin/env bash
# Learns what members value from what they choose month by month, asks what the data can tell, and what a change would do.
set -euo pipefail

echo "== a panel whose truth is known"
shopkeeper membership simulate --customers 1000 --months 48 --seed 3 --out members.csv --truth truth.json
python3 -c 'import json; json.dump(json.load(open("truth.json"))["model"], open("model.json", "w"))'

echo "== estimate"
shopkeeper membership estimate --panel members.csv --model model.json --out estimate --quiet

echo "== rewards without a form"
shopkeeper membership estimate --panel members.csv --model model.json --method pqr --policy counts-logit --se bootstrap:60 --out rewards --quiet

echo "== what can the data tell"
shopkeeper membership identify --panel members.csv --model model.json --profile ship --quiet

echo "== what would happen"
cat > cases.json <<'CASES'
[{"name": "annual 20 cheaper", "fees": {"annual": -20}},
 {"name": "without music", "scale": {"music": 0}},
 {"name": "faster shipping", "chains": {"ship": {"class": "member", "up": 0.1}}},
 {"name": "no annual plan", "drop": ["annual"]}]
CASES
shopkeeper membership counterfactual --estimate estimate --cases cases.json --paths "monthly*2 annual" --quiet

echo "== one page"
shopkeeper membership report --estimate estimate --cases cases.json --out report.html --charts charts --quiet
ls charts
