// Names to small numbers in the order they are first met.

export interface NameTable {
  names: string[];
  indexOf(name: string): number;
}

export function createNameTable(first: string[] = []): NameTable {
  const names = [...first];
  const known = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    indexOf(name) {
      const index = known.get(name);
      if (index !== undefined) return index;
      known.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}
