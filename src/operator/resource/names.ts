/** The API group of the custom resource. */
export const GROUP = 'foresail.dev';

/** The version of the custom resource that is served and stored. */
export const VERSION = 'v1alpha1';

/** The custom resource in URLs and RBAC. */
export const PLURAL = 'goodputscalers';

/** The kind of the custom resource. */
export const KIND = 'GoodputScaler';
