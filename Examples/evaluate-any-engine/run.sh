#!/usr/bin/env bash
# Measures the runs of two search engines on the same judged queries and compares them.
set -euo pipefail
cd "$(dirname "$0")"

judged=(--queries queries.tsv --judgments judgments.qrels)

echo "== two engines"
shopkeeper search evaluate "${judged[@]}" --engine-run first.run --baseline second.run

echo "== shoes alone"
printf 's1\ns2\ns3\ns4\ns5\n' | shopkeeper search evaluate "${judged[@]}" --engine-run first.run --restrict -

echo "== for machines"
shopkeeper search evaluate "${judged[@]}" --engine-run first.run --json
