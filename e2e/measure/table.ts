// Figures beside their reference, as a table of text.

export class Table {
  private readonly rows: string[][] = [];

  constructor(private readonly head: string[]) {}

  /** A figure of milliseconds, taken of both sides in the same way. */
  time<T>(what: string, { ours, plain }: { ours: T; plain: T }, figure: (side: T) => number): void {
    const [a, b] = [figure(ours), figure(plain)];
    this.rows.push([what, `${a.toFixed(1)} ms`, `${b.toFixed(1)} ms`, `${(a / b).toFixed(2)}×`]);
  }

  bytes(what: string, ours: number, plain?: number): void {
    this.rows.push([what, `${ours.toLocaleString('en')} B`, plain === undefined ? '' : `${plain.toLocaleString('en')} B`, plain ? `${(ours / plain).toFixed(2)}×` : '']);
  }

  toString(): string {
    const all = [this.head, ...this.rows];
    const widths = this.head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    return all.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')).join('\n');
  }
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

export function p95(values: number[]): number {
  return quantile(values, 0.95);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
