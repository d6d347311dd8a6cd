import type { AdminRoute } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { budgetRoutes } from "./budgets.ts";
import { holdRoutes } from "./holds.ts";
import { keyRoutes } from "./keys.ts";
import { modelRoutes } from "./models.ts";
import { requestRoutes } from "./requests.ts";
import { serverRoutes } from "./server.ts";

/** Every route of the admin API. What the server checks, what is documented and what is tested is made of this. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  ...serverRoutes,
  ...keyRoutes,
  ...budgetRoutes,
  ...modelRoutes,
  ...requestRoutes,
  ...holdRoutes,
  ...auditRoutes,
];
