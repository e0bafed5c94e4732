/** Whether a key of an object is there twice. Most objects have few keys: comparing those makes no set. */
export function hasDuplicate(keys: readonly { readonly value: string }[]): boolean {
  if (keys.length > 12) return new Set(keys.map((key) => key.value)).size < keys.length;
  for (let i = 1; i < keys.length; i += 1) {
    const { value } = keys[i]!;
    for (let j = 0; j < i; j += 1) if (keys[j]!.value === value) return true;
  }
  return false;
}
