/** The engine in a real browser: each backend trains the reference cases in the worker and is compared with PyTorch. */
import { expect, test, withGraphics } from "./fixtures";

test.use({
  launchOptions: withGraphics,
  // Software GPUs say so; TensorFlow.js repeats what they say.
  allowedConsole: [/GPU stall|software|swiftshader|powerPreference|WebGPU|CONTEXT_LOST/i],
});
test.setTimeout(600_000);

/** Relative to max(1, |expected|): the reference's tolerances. */
const TOLERANCE: Record<string, number> = { cpu: 1e-5, wasm: 1e-5, webgl: 1e-3, webgpu: 1e-3 };

test("an MLP and a GPT on 4 devices, and the GPT on 8, reach PyTorch's numbers on every backend", async ({ page }) => {
  await page.goto("gallery/backends/");
  await page.getByRole("button", { name: "Check this browser" }).click();
  await expect(page.getByRole("table")).toHaveAttribute("aria-busy", "false", { timeout: 580_000 });
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(4 * 3);
  for (const row of await rows.all()) {
    const backend = (await row.getAttribute("data-backend")) as string;
    const what = `${backend}, ${await row.getAttribute("data-case")}`;
    const text = await row.textContent();
    const values = await row
      .locator("data")
      .evaluateAll((cells) =>
        cells.map((cell) => [cell.getAttribute("data-what"), Number((cell as HTMLDataElement).value)] as const),
      );
    expect(
      values.map(([name]) => name),
      `${what}: ${text}`,
    ).toEqual(["loss", "gradNorm", "parameter", "devices"]);
    for (const [name, difference] of values) {
      const limit = name === "devices" ? 1e-5 : (TOLERANCE[backend] as number);
      expect(difference, `${what}: ${name}`).toBeLessThanOrEqual(limit);
    }
    expect(text, what).toContain("agrees");
    expect(text, what).not.toContain("disagrees");
  }
});
