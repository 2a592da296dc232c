/** What a part of the benchmark is told. */
export interface PartOptions {
  /** The project's folder. */
  root: string;
  /** Of each measurement under steady load. */
  seconds: number;
  /** Rounds of which the median is taken. */
  alternations: number;
  /** The contestants of reading that take part; all when empty. */
  only: string[];
  /** Less of everything, to see whether it works. */
  quick: boolean;
  announce: (line: string) => void;
}
