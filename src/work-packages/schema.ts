/** The domain of work packages in GraphQL. */
import './artifacts/mutations.ts';
import './list-schema.ts';
import './work-package-mutations.ts';
import './portal/schema.ts';
import './erasure.ts';
import './merges.ts';
import './person-file.ts';
import './subscriptions.ts';
