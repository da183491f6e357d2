/** The names of a table's columns. */
import { numberCell } from "./ScrollTable";

/** @param numbersFrom the first of the columns that hold numbers, which are set to the right; none unless said */
export function TableHead({ names, numbersFrom = names.length }: { names: readonly string[]; numbersFrom?: number }) {
  return (
    <thead>
      <tr>
        {names.map((name, i) => (
          <th key={name} scope="col" className={i < numbersFrom ? undefined : numberCell}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
