/** Style sheets of packages: Vite puts them beside the part that asks for them. */
declare module "*.css";
