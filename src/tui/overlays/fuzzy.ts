/** How well a text answers what was typed, the higher the better; null when the letters are not all there in order. */
export function fuzzyScore(typed: string, text: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(" ", "");
  const lower = text.toLowerCase();
  if (wanted === "") return 0;
  const whole = lower.indexOf(typed.toLowerCase().trim());
  if (whole !== -1) return 1000 - whole + (isWordStart(lower, whole) ? 500 : 0);
  let score = 0;
  let from = 0;
  let last = -2;
  for (const letter of wanted) {
    const place = bestPlace(lower, { letter, from, last });
    if (place === -1) return null;
    score += place === last + 1 ? 8 : isWordStart(lower, place) ? 6 : 0;
    score -= Math.min(3, place - from);
    last = place;
    from = place + 1;
  }
  return score;
}

/** The next letter: right after the last one, else where a word begins, else the nearest. */
function bestPlace(
  text: string,
  options: { readonly letter: string; readonly from: number; readonly last: number },
): number {
  const { letter, from, last } = options;
  if (text[last + 1] === letter && last >= 0) return last + 1;
  const nearest = text.indexOf(letter, from);
  for (let place = nearest; place !== -1; place = text.indexOf(letter, place + 1)) {
    if (isWordStart(text, place)) return place;
  }
  return nearest;
}

function isWordStart(text: string, place: number): boolean {
  return place === 0 || !/[a-z0-9]/.test(text[place - 1] ?? "");
}
