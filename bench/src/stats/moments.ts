/** The arithmetic mean. NaN without figures. */
export function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** The geometric mean of figures that are greater than 0: the right one for ratios. NaN without figures. */
export function geometricMean(figures: readonly number[]): number {
  return Math.exp(mean(figures.map((figure) => Math.log(figure))));
}

/** The sample's standard deviation, with n - 1 in the denominator. NaN for fewer than 2 figures. */
export function standardDeviation(figures: readonly number[]): number {
  const centre = mean(figures);
  const squares = figures.reduce((sum, figure) => sum + (figure - centre) ** 2, 0);
  return Math.sqrt(squares / (figures.length - 1));
}
