#!/usr/bin/env bash
# Makes open_bandit_estimates.json: aggregate figures only, computed by the reference implementation (obd_ope.py, numpy)
# on the Open Bandit sample, which is not part of this repository. Needs python3 with numpy.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
reference=${SHOPKEEPER_REFERENCE:-$here/../../../../shared/reference}
data=${SHOPKEEPER_DATA:-$here/../../../../shared/data}
cd "$reference/bandits"
python3 -B obd_ope.py --data "$data/open-bandit" --draws 20 --out "$here/open_bandit_estimates.json"
