/**
 * The command line: `npm run -s engine -- COMMAND S.json`. JSON on stdout, sentences on stderr; exit code 0, or 2
 * for a refused input, or 1 for a failure.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Refusal } from "../base/assert";
import { parseScenarioText } from "../scenario";
import { check, run, schedule, scheduleCsv, simulate, trace } from "./commands";

const USAGE = `usage: npm run -s engine -- COMMAND SCENARIO.json   ("-" reads standard input)
  run       train it with real tensors  [--backend wasm|cpu]
  simulate  time and memory of one step
  schedule  the table of actions        [--format csv|json]
  trace     Chrome Trace Event JSON of one step
  check     whether a schedule's table (CSV) is legal, and if not, its first fault`;

async function main(argv: string[]): Promise<void> {
  const { command, file, options } = readArguments(argv);
  const text = readInput(file);
  if (command === "check") return check(text);
  const scenario = parseScenarioText(text);
  switch (command) {
    case "run": {
      const output = await run(scenario, options.backend);
      const diverged = output.losses.findIndex((loss) => !Number.isFinite(loss));
      if (diverged >= 0) {
        console.error(`training diverged: from step ${diverged + 1} on the loss is no number; a smaller lr may help`);
      }
      return printJson(output);
    }
    case "simulate":
      return printJson(simulate(scenario));
    case "schedule":
      return options.format === "csv" ? print(scheduleCsv(scenario)) : printJson(schedule(scenario));
    case "trace":
      return printJson(trace(scenario));
    default:
      throw new Refusal(`there is no command "${command}"\n${USAGE}`);
  }
}

function readArguments(argv: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { backend: { type: "string", default: "wasm" }, format: { type: "string", default: "csv" } },
    });
    const [command, file, ...rest] = positionals;
    if (!command || !file || rest.length > 0) throw new Refusal(USAGE);
    if (!["csv", "json"].includes(values.format)) {
      throw new Refusal(`--format must be csv or json, not "${values.format}"`);
    }
    return { command, file, options: values };
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(`${(error as Error).message}\n${USAGE}`);
  }
}

function readInput(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Refusal(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 1));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// Whoever reads our output may have read enough.
process.stdout.on("error", () => process.exit(0));

try {
  await main(process.argv.slice(2));
} catch (error) {
  const refused = error instanceof Refusal;
  process.stderr.write(`${refused ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = refused ? 2 : 1;
}
