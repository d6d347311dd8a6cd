/**
 * The longest lock, in UTF-16 units: what the strict JSON reader takes, some 800,000 files. A lock comes with a
 * repository, and a text without end would fill the memory of whoever verifies it (CWE-770).
 */
export const LOCK_MAX_CHARACTERS = 134_217_728;
