/** The domain of work packages in GraphQL. */
import './artifacts/schema.ts';
import './work-package-schema.ts';
import './work-package-mutations.ts';
import './portal/schema.ts';
import './organization-merge.ts';
import './subscriptions.ts';
