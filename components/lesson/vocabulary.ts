/** The closed vocabulary of lessons: what an MDX file may use, without importing it. */
import { BreakIt } from "./BreakIt";
import { Calculate } from "./Calculate";
import { Cite } from "./Cite";
import { Deeper } from "./Deeper";
import { Exercise, Hint } from "./Exercise";
import { Operation } from "./Operation";
import { Passage } from "./Passage";
import { Pitfall } from "./Pitfall";
import { Answer, Choice, Predict } from "./Predict";
import { Recap } from "./Recap";
import { Scene } from "./Scene";
import { Step } from "./Step";
import { Option, Switch } from "./Switch";
import { Term } from "./Term";
import { Value } from "./Value";
import { WriteSchedule } from "./WriteSchedule";

export const vocabulary = {
  Scene,
  Step,
  Value,
  Switch,
  Option,
  Predict,
  Choice,
  Answer,
  BreakIt,
  Exercise,
  Calculate,
  WriteSchedule,
  Hint,
  Passage,
  Pitfall,
  Recap,
  Term,
  Cite,
  Deeper,
  Operation,
};
