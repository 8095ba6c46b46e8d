import { z } from 'zod';

/** An error as RFC 9457 has it; `errors` names the fields at fault. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(
        z.strictObject({
          pointer: z
            .string()
            .meta({ description: 'JSON pointer into the body, or the parameter', example: '/slo/ttftSeconds' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/** An error as the service answers it. */
export type Problem = z.infer<typeof problem>;
