/** The longest cases of the matrix of layouts. */
import { testMatrix } from "./testing";

testMatrix("long");
