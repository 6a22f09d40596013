// Numbers as text, rounded to their uncertainty: the same as sim/report/numbers.py, against which it is tested.
const MOST_DECIMALS = 4;
const power = (exponent) => Number(`1e${exponent}`); // 10 ** exponent is not exact everywhere
const magnitude = (value) => Math.floor(Math.log10(Math.abs(value)));
const fillWords = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Halves go to the even neighbour, as in Python.
function roundEven(value) {
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}

function plainNumber(value, decimals = 0, signed = false) {
  const marks = own().texts.marks;
  if (!Number.isFinite(value)) return marks.unknown;
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, marks.thousands) + (part ? marks.decimal + part : "");
  const sign = Number(value.toFixed(decimals)) === 0 ? "" : value < 0 ? "\u2212" : signed ? "+" : "";
  return sign + text;
}

// Two digits of the uncertainty are kept; three digits of the number when that is unknown or nil.
function uncertain(value, halfWidth, { signed = false, decimals = MOST_DECIMALS } = {}) {
  if (!Number.isFinite(value)) return own().texts.marks.unknown;
  const own_step = halfWidth ? power(magnitude(halfWidth) - 1) : value ? power(magnitude(value) - 2) : 1;
  const step = Math.max(own_step, power(-decimals));
  const shown = Math.max(0, -Math.round(Math.log10(step)));
  return plainNumber(roundEven(value / step) * step, shown, signed);
}

function intervalText(low, high) {
  const half = (high - low) / 2;
  return fillWords(own().texts.marks.range, { low: uncertain(low, half), high: uncertain(high, half) });
}
