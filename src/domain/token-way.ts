/**
 * What stands for the installation of a repository that is reached by a token instead of an App: the largest number that
 * there is, which GitHub gives to nobody's installation.
 */
export const tokenInstallation = Number.MAX_SAFE_INTEGER;
