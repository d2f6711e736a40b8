#!/usr/bin/env bash
# Learns which of three hundred products a query leads to, asks the model, makes it smaller, hands it to PECOS.
set -euo pipefail

echo "== a log"
shopkeeper generate --click-log --products 300 --out log
head -1 log/train.tsv

echo "== train"
shopkeeper xmr train --clicks log/train.tsv --grams words+pairs --out model --quiet
cut -f1 log/test.tsv > queries.txt

echo "== rank"
head -3 queries.txt | shopkeeper xmr predict --model model --text - -k 3 --quiet

echo "== rank some labels alone"
printf 'p1\np2\np3\n' > some.txt
head -1 queries.txt | shopkeeper xmr predict --model model --text - --only some.txt --json --quiet

echo "== measure"
shopkeeper xmr evaluate --model model --clicks log/test.tsv -k 3 --quiet 2> left-out.txt

echo "== smaller"
shopkeeper xmr prune --model model --threshold 0.3 --format float16 --out small --quiet
shopkeeper xmr evaluate --model small --clicks log/test.tsv -k 1 --quiet 2> left-out.txt

echo "== to PECOS and back"
shopkeeper xmr export --model model pecos
shopkeeper xmr import pecos --out back --quiet
diff <(shopkeeper xmr predict --model model --text queries.txt --quiet) \
  <(shopkeeper xmr predict --model back --text queries.txt --quiet) && echo "the same answers"
