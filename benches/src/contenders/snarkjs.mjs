// Proves with snarkjs once for each line on stdin; key and witness stay in memory, as do snarkjs' workers.
// Arguments: the folder with node_modules, a .zkey file, a .wtns file. Answers with one JSON object a line: first an empty one
// when all is loaded, then for each proof its time in ms, the time of all its threads in ms, and the proof.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder, zkeyFile, wtnsFile] = process.argv.slice(2);
const { groth16 } = createRequire(join(folder, "package.json"))("snarkjs");
const inMemory = async (file) => ({ type: "mem", data: new Uint8Array(await readFile(file)) });
const [zkey, wtns] = [await inMemory(zkeyFile), await inMemory(wtnsFile)];
console.log("{}");

for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const started = performance.now();
  const { proof } = await groth16.prove(zkey, wtns);
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, proof }));
}
process.exit(0);
