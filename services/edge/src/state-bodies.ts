import { Type } from 'typebox';

const Info = {
  key: Type.String(),
  sizeBytes: Type.Integer({ description: 'Fixed when the value was created' }),
  version: Type.Integer({ description: 'Grows with each change; the header ETag has it in quotes' }),
};

/** What was written, or one value of a list. */
export const StateValueSchema = Type.Object(Info, { $id: 'StateValue' });

/** Answer to `GET /s/:user`. */
export const StateListSchema = Type.Object(
  {
    values: Type.Array(Type.Ref('StateValue')),
    next: Type.Optional(
      Type.String({ description: 'What `after` has to be for the next page, if there is one' }),
    ),
  },
  { $id: 'StateList' },
);
