/** The closed vocabulary of lessons: what an MDX file may use, without importing it. */
import { BreakIt } from "./BreakIt";
import { Exercise, Hint } from "./Exercise";
import { Pitfall } from "./Pitfall";
import { Answer, Choice, Predict } from "./Predict";
import { Recap } from "./Recap";
import { Scene } from "./Scene";
import { Step } from "./Step";
import { Term } from "./Term";
import { Value } from "./Value";

export const vocabulary = {
  Scene,
  Step,
  Value,
  Predict,
  Choice,
  Answer,
  BreakIt,
  Exercise,
  Hint,
  Pitfall,
  Recap,
  Term,
};
