/** The 0.975 quantiles of Student's t for 1 to 9 degrees of freedom, where the expansion below is too coarse. */
const FEW: readonly number[] = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622];

/** The 0.975 quantile of the normal distribution. */
const Z = 1.959964;

/**
 * How many standard errors a 95 % confidence interval reaches to either side: the 0.975 quantile of Student's t.
 * Off by less than 0.001. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
 * Throws a `RangeError` unless `degreesOfFreedom` is a whole number of at least 1.
 */
export function studentQuantile95(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`Degrees of freedom are a whole number of at least 1, received ${degreesOfFreedom}`);
  }
  const exact = FEW[degreesOfFreedom - 1];
  if (exact !== undefined) return exact;
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  return Z + first / degreesOfFreedom + second / degreesOfFreedom ** 2 + third / degreesOfFreedom ** 3;
}
