import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { applyExemptions, EXEMPTIONS } from './exemptions.ts';
import { HOUSE_RULES } from './house-rules.ts';
import { readRepository, REPOSITORY_ROOT } from './repository.ts';
import { formatFinding, runRule, type SourceFile } from './rule.ts';

describe('house rules', () => {
  let tree: readonly SourceFile[] = [];
  before(async () => {
    tree = await readRepository(REPOSITORY_ROOT);
  });

  for (const rule of HOUSE_RULES) {
    it(rule.title, () => {
      const { breaches, stale } = applyExemptions(rule.id, runRule(rule, tree), EXEMPTIONS);
      const complaints = [
        ...breaches.map(formatFinding),
        ...stale.map(({ path, reason }) => {
          return `tests/tidy/src/exemptions.ts exempts ${path} from ${rule.id} (${reason}), and nothing needs it; remove it`;
        }),
      ];
      assert.ok(complaints.length === 0, `${complaints.length} complaints\n${complaints.join('\n')}`);
    });
  }

  it('every exemption names a rule', () => {
    const ids = new Set(HOUSE_RULES.map(({ id }) => id));
    assert.deepEqual(
      EXEMPTIONS.filter(({ rule }) => !ids.has(rule)),
      [],
    );
  });
});
