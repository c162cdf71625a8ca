/** The middle of some numbers: half of them are not larger. */
export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** Half the distance between the quartiles, as a part of the median: how far the rounds lie apart. */
export function spread(numbers) {
  return (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / 2 / median(numbers);
}

function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/** How many times as fast: base ÷ other, round by round, and of these the median. */
export function ratio(base, other) {
  return median(base.map((each, round) => each / other[round]));
}
