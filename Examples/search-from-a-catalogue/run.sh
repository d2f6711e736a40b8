#!/usr/bin/env bash
# Trains a search on eighteen products and the clicks of shoppers, asks it, and measures it.
set -euo pipefail
data=$(dirname "$0")

echo "== train"
shopkeeper search train --catalogue "$data/catalogue.csv" --pairs "$data/clicks.tsv" --out search.model --quiet

echo "== ask in words that are in no title"
shopkeeper search query "cafetiere" --model search.model -k 2
shopkeeper search query "zeppelin" --model search.model -k 2
shopkeeper search query "garden hoze" --model search.model -k 2 --filter 'price:[* TO 45]' --facets brand

echo "== why"
shopkeeper search query "hosepipe 25 m" --model search.model -k 1 --explain

echo "== many queries, for machines"
printf 'steel kettle\nfairy lights\n' | shopkeeper search query - --model search.model -k 1 --json

echo "== measure"
shopkeeper search evaluate --model search.model --queries "$data/queries.tsv" --judgments "$data/judgments.qrels" \
  --run own.run --quiet
head -2 own.run
