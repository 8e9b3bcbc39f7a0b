// Renders the contract template of the snarkjs in node_modules for a verification key (JSON, standard input), compiles it with the settings
// of generated/ and prints {"bytecode": hex, "runtimeBytes": number}. Nothing of it is kept: the template is under another licence.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ejs from "ejs";
import solc from "solc";

const template = join(dirname(fileURLToPath(import.meta.url)), "../node_modules/snarkjs/templates/verifier_groth16.sol.ejs");
const content = ejs.render(readFileSync(template, "utf8"), JSON.parse(readFileSync(0, "utf8")));
const artefact = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../artefacts/CoverageFlatVerifier.json")));
const outputSelection = { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] } };
const input = {
  language: "Solidity",
  sources: { "template.sol": { content } },
  settings: { ...artefact.settings, outputSelection },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const failed = (output.errors ?? []).filter(({ severity }) => severity === "error");
if (failed.length > 0) throw new Error(failed.map(({ formattedMessage }) => formattedMessage).join("\n"));
const { evm } = output.contracts["template.sol"].Groth16Verifier;
console.log(JSON.stringify({ bytecode: evm.bytecode.object, runtimeBytes: evm.deployedBytecode.object.length / 2 }));
