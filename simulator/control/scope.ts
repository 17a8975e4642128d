import { z } from 'zod';

/** Whose pools or sessions, as a query or a body says it. */
export const scopeShape = {
  publisherId: z.string().optional().meta({ description: 'Only this publisher.' }),
  customerId: z.string().optional().meta({ description: 'Only this customer.' }),
  offerId: z.string().optional().meta({ description: 'Only this offer.' }),
};

export const scopeSchema = z.strictObject(scopeShape);
