import { SETTINGS } from '@faasm/chassis';
import { ERROR_CATALOGUE } from '@faasm/protocol';
import type { Rule } from './rule.ts';
import { contracts } from './rules/contracts.ts';
import { decisions } from './rules/decisions.ts';
import { dependencies } from './rules/dependencies.ts';
import { domainPurity } from './rules/domain-purity.ts';
import { errorCodes } from './rules/error-codes.ts';
import { exportedDocs } from './rules/exported-docs.ts';
import { invariants } from './rules/invariants.ts';
import { layers } from './rules/layers.ts';
import { fileLength, functionLength } from './rules/length.ts';
import { links } from './rules/links.ts';
import { lockFile } from './rules/lock-file.ts';
import { machinePaths } from './rules/machine-paths.ts';
import { settings } from './rules/settings.ts';
import { unfinishedWork } from './rules/unfinished-work.ts';

/** Every house rule. */
export const HOUSE_RULES: readonly Rule[] = [
  layers,
  domainPurity,
  dependencies,
  fileLength,
  functionLength,
  exportedDocs,
  contracts,
  errorCodes(Object.keys(ERROR_CATALOGUE)),
  settings(Object.keys(SETTINGS)),
  unfinishedWork,
  machinePaths,
  lockFile,
  links,
  invariants,
  decisions,
];
