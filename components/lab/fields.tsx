"use client";
import { type ReactNode, useId, useState } from "react";
/** The lab's controls. Each knows its path in the scenario, so a refusal appears at the control that it is about. */
import { asSentence } from "@/components/marks/words";
import { useStage } from "../stage/state/useStage";
import { type Path, parseField, valueAt, withValue } from "./draft";
import styles from "./fields.module.css";

/** The sentence with which the draft was refused, where it is about this path. */
function useRefusal(path: Path): string | null {
  return useStage(({ refusal }) => (refusal && refusal.path.join(".") === path.join(".") ? refusal.sentence : null));
}

interface FieldProps {
  label: ReactNode;
  path: Path;
  columns?: number;
  children: (control: { id: string; "aria-invalid": boolean; "aria-describedby": string | undefined }) => ReactNode;
}

function Field({ label, path, columns = 1, children }: FieldProps) {
  const id = useId();
  const refusal = useRefusal(path);
  const noteId = `${id}-note`;
  return (
    <>
      <div className={styles.field} style={{ gridColumn: `span ${columns}` }}>
        <label htmlFor={id}>{label}</label>
        {children({ id, "aria-invalid": refusal !== null, "aria-describedby": refusal === null ? undefined : noteId })}
      </div>
      {refusal !== null && (
        <p id={noteId} className={styles.note}>
          {asSentence(refusal)}
        </p>
      )}
    </>
  );
}

export interface NumberFieldProps {
  label: ReactNode;
  path: Path;
  /** What holds while the draft says nothing: the field may then be left empty. */
  otherwise?: string;
}

/** Takes any text: what is no number is passed on and refused, with the reason, instead of being swallowed. */
export function NumberField({ label, path, otherwise }: NumberFieldProps) {
  const value = useStage(({ draft }) => valueAt(draft, path));
  const draft = useStage((state) => state.draft);
  const setDraft = useStage((state) => state.setDraft);
  const onText = (text: string) =>
    setDraft(withValue(draft, path, otherwise !== undefined && text.trim() === "" ? undefined : parseField(text)));
  return (
    <Field label={label} path={path}>
      {(control) => <TextInput {...control} value={value} placeholder={otherwise} onText={onText} />}
    </Field>
  );
}

interface TextInputProps {
  id: string;
  value: unknown;
  placeholder?: string;
  onText: (text: string) => void;
}

/** Keeps what was typed for as long as it means the draft's value, so that "0." and "1e-" survive on their way. */
function TextInput({ value, placeholder, onText, ...control }: TextInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = value === undefined ? "" : String(value);
  const means = typed !== null && (String(parseField(typed)) === text || (typed.trim() === "" && text === ""));
  return (
    <input
      {...control}
      type="text"
      inputMode="decimal"
      autoComplete="off"
      placeholder={placeholder}
      value={means ? typed : text}
      onChange={({ target }) => {
        setTyped(target.value);
        onText(target.value);
      }}
    />
  );
}

export interface SelectFieldProps<T extends string> {
  label: ReactNode;
  path: Path;
  value: T;
  options: readonly { value: T; name: string }[];
  onChoose: (value: T) => void;
  /** How many of the three columns it needs. */
  columns?: 1 | 2 | 3;
}

export function SelectField<T extends string>({
  label,
  path,
  value,
  options,
  onChoose,
  columns = 1,
}: SelectFieldProps<T>) {
  return (
    <Field label={label} path={path} columns={columns}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => onChoose(target.value as T)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, path, otherwise }: { label: ReactNode; path: Path; otherwise: boolean }) {
  const checked = useStage(({ draft }) => valueAt(draft, path) ?? otherwise) === true;
  const draft = useStage((state) => state.draft);
  const setDraft = useStage((state) => state.setDraft);
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => setDraft(withValue(draft, path, target.checked))}
      />
      {label}
    </label>
  );
}

export function FieldGroup({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend>{name}</legend>
      <div className={styles.fields}>{children}</div>
    </fieldset>
  );
}
