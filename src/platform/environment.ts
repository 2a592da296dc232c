/** The environment, before it is parsed into settings: it is looked at before anything is loaded. */
import { existsSync } from 'node:fs';

/**
 * Adds the file `.env` of the working directory, if there is one, to the environment and returns
 * it; variables that are already set keep their values.
 */
export function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
