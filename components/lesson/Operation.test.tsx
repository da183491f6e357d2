// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import { OPERATIONS, type OperationName } from "@/engine/collectives/operations";
import { Operation } from "./Operation";

afterEach(cleanup);

const press = (name: string | RegExp) => fireEvent.click(screen.getAllByRole("button", { name })[0]);
const forward = () => screen.getByRole("region", { name: /^Forward:/ });
const row = (device: number) =>
  within(within(forward()).getByRole("row", { name: new RegExp(`^Device ${device} `) }))
    .getAllByRole("cell")
    .map(({ textContent }) => textContent);

test("it goes round by round, forward and back, and says who sends what and how much has been sent", () => {
  render(<Operation of="reduce-scatter" />);
  const status = within(forward()).getByRole("status");
  expect(status.textContent).toContain("Before the first of 3 rounds");
  expect(within(forward()).queryByRole("list")).toBeNull();
  press("Next");
  expect(status.textContent).toBe(
    "Round 1 of 3: what arrives is added. Sent so far: 4\u00a0B by each device, 16\u00a0B in all; the tensor has 16\u00a0B.",
  );
  expect(within(forward()).getByRole("list").textContent).toContain(
    "Device 1 sends chunk 4 to device 2, which adds it to its own.",
  );
  press("Previous");
  expect(status.textContent).toContain("Before the first");
  fireEvent.change(within(forward()).getByRole("slider", { name: "Round" }), { target: { value: "3" } });
  expect(status.textContent).toContain("12\u00a0B by each device, 48\u00a0B in all");
  expect(row(2)[1]).toMatch(/from devices 1, 2, 3 and 4$/);
  expect(row(2)[0]).toMatch(/left over$/);
});

test("its backward is another operation, with gradients, and the proof that it is the adjoint", () => {
  const { container } = render(<Operation of="all-gather" />);
  expect(container.querySelector("[data-on=true]")?.getAttribute("aria-label")).toBe("Forward: all-gather");
  press(/^Its backward/);
  const shown = container.querySelector("[data-on=true]") as HTMLElement;
  expect(shown.getAttribute("aria-label")).toBe("Its backward: reduce-scatter");
  const proof = shown.textContent?.match(/⟨Ax, y⟩ = (−?\d+) and ⟨x, Aᵀy⟩ = (−?\d+)\./);
  expect(proof?.[1]).toBe(proof?.[2]);
  expect(shown.textContent).toContain("the same for 64 of 64, and so for any numbers");
});

test("an all-reduce whose result is one tensor has a backward that sends nothing", () => {
  const { container } = render(<Operation of="all-reduce" ranks={3} />);
  press(/^Its backward/);
  const shown = container.querySelector("[data-on=true]") as HTMLElement;
  expect(shown.textContent).toContain("Nothing is sent. Sent so far: 0\u00a0B by each device, 0\u00a0B in all");
  expect(within(shown).queryByRole("slider")).toBeNull();
});

test.each(["send", "broadcast", "reduce", "all-gather", "reduce-scatter", "all-reduce", "all-to-all"] as const)(
  "%s: without scripts both passes are there, before the first message and after the last",
  (of) => {
    const html = renderToStaticMarkup(<Operation of={of}>A caption.</Operation>);
    const captions = [...html.matchAll(/<caption>([^<]+)<\/caption>/g)].map(([, text]) => text);
    const rounds = (name: OperationName) => {
      const { name: said, plan } = OPERATIONS[name];
      const last = plan(4).at(-1);
      const after = last && `${said}, after ${last.round + 1}\u00a0round${last.round === 0 ? "" : "s"}`;
      return [`${said}, before the first message`, ...(after ? [after] : [])];
    };
    expect(captions).toEqual([...rounds(of), ...rounds(OPERATIONS[of].adjoint)]);
    expect(html).toContain("A caption.");
  },
);
