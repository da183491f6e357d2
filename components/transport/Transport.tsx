"use client";
/** Play, step and scrub through the step. */
import type { TimeFormat } from "@/components/marks/format";
import { useStage } from "../stage/state/useStage";
import styles from "./Transport.module.css";
import { useClock } from "./useClock";

/** How long the whole step plays, in seconds, and the speed that this is. */
const DURATIONS_S = [5, 10, 20, 40];

/** @param fine writes the cursor's time, with decimals enough to tell one moment from the next */
export function Transport({ time, fine }: { time: TimeFormat; fine: TimeFormat }) {
  useClock();
  const playing = useStage((state) => state.playing);
  const setPlaying = useStage((state) => state.setPlaying);
  const stepCursor = useStage((state) => state.stepCursor);
  const by = (event: { shiftKey: boolean }) => (event.shiftKey ? "action" : "operation");
  return (
    <div className={styles.bar}>
      <button
        type="button"
        aria-label="Step back"
        title="Step back (with Shift: by a whole action)"
        className={styles.step}
        onClick={(event) => stepCursor(-1, by(event))}
      >
        <Arrow direction={-1} />
      </button>
      <button type="button" className={styles.play} onClick={() => setPlaying(!playing)}>
        {playing ? "Pause" : "Play"}
      </button>
      <button
        type="button"
        aria-label="Step"
        title="Step (with Shift: by a whole action)"
        className={styles.step}
        onClick={(event) => stepCursor(1, by(event))}
      >
        <Arrow direction={1} />
      </button>
      <Scrubber time={time} fine={fine} />
      <Loop />
      <Speed />
    </div>
  );
}

/** Drawn rather than typed: fonts disagree about the triangles. */
function Arrow({ direction }: { direction: 1 | -1 }) {
  return (
    <svg viewBox="-5 -6 10 12" aria-hidden="true" className={styles.arrow}>
      <path d={direction === 1 ? "M-3,-5L4,0L-3,5Z" : "M3,-5L-4,0L3,5Z"} />
    </svg>
  );
}

function Scrubber({ time, fine }: { time: TimeFormat; fine: TimeFormat }) {
  const cursorMs = useStage((state) => state.cursorMs);
  const stepMs = useStage((state) => state.figure.trace.stepMs);
  const setCursor = useStage((state) => state.setCursor);
  const share = stepMs > 0 ? cursorMs / stepMs : 0;
  return (
    <>
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={`${fine.text(cursorMs)} of ${time.text(stepMs)}`}
        className={styles.scrubber}
        style={{ "--done": `${share * 100}%` } as React.CSSProperties}
        min={0}
        max={stepMs || 1}
        step="any"
        value={cursorMs}
        onChange={({ target }) => setCursor(target.valueAsNumber)}
      />
      <span className={styles.clock}>
        <b>{fine.fixed(cursorMs)}</b> <span>of {time.short(stepMs)}</span> {time.unit}
      </span>
    </>
  );
}

function Loop() {
  const loop = useStage((state) => state.loop);
  const setLoop = useStage((state) => state.setLoop);
  return (
    <label className={styles.loop}>
      <input type="checkbox" checked={loop} onChange={({ target }) => setLoop(target.checked)} />
      <span>Loop</span>
    </label>
  );
}

function Speed() {
  const speed = useStage((state) => state.speed);
  const setSpeed = useStage((state) => state.setSpeed);
  return (
    <label className={styles.speed}>
      <span>Play in</span>
      <select value={Math.round(1 / speed)} onChange={({ target }) => setSpeed(1 / Number(target.value))}>
        {DURATIONS_S.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds} s
          </option>
        ))}
      </select>
    </label>
  );
}
