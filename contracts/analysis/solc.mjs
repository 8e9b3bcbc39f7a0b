#!/usr/bin/env node
// npm's solc as the command that forge calls: the same compiler, of the same version, as compile.mjs uses.
//
// Understands what forge asks (`--version`, `--standard-json` from standard input) and refuses anything else. Sources come with
// the input; paths that are allowed beside it (`--allow-paths`, `--base-path`, `--include-path`) are therefore never read.
import { readFileSync } from "node:fs";
import solc from "solc";

const withValue = new Set(["--allow-paths", "--base-path", "--include-path"]);
const flags = process.argv.slice(2).filter((argument, i, all) => !withValue.has(argument) && !withValue.has(all[i - 1]));

if (flags.length === 1 && flags[0] === "--version") {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else if (flags.length === 1 && flags[0] === "--standard-json") {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
} else {
  console.error(`solc: only --version and --standard-json are understood, not: ${process.argv.slice(2).join(" ")}`);
  process.exitCode = 2;
}
