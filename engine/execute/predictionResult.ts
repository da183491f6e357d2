/** What a trained model answers, as plain data for the page. */

/** What the model does with inputs it was not trained on. */
export type Prediction =
  | {
      kind: "boundary";
      /** The square [-1, 1] x [-1, 1] in size x size cells, row 0 at the top: the likeliest class of each. */
      size: number;
      classes: number[];
      /** The probability of that class. */
      confidence: number[];
      /** Training points to draw over it. */
      points: { x: number; y: number; class: number }[];
    }
  | {
      kind: "sums";
      /** A few held-out sums with the model's answers. */
      answers: { question: string; answer: string; expected: string; right: boolean }[];
      /** The share of right answers among more held-out sums. */
      rightShare: number;
      total: number;
    };
