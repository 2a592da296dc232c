/** The options of the command, as each part of the benchmark receives them. */
export interface PartOptions {
  /** The project's folder. */
  root: string;
  /** The duration of each measurement under steady load. */
  seconds: number;
  /** Rounds of which the median is taken. */
  alternations: number;
  /** The contestants of the reading part to run; all when empty. */
  only: string[];
  /** The folder of another checkout of Sheaf to run in the reading part too; null for none. */
  against: string | null;
  /** Small volumes and short rounds, to check that everything works. */
  quick: boolean;
  /** Prints a line of progress. */
  announce: (line: string) => void;
}
