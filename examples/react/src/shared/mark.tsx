/** A sheaf of wheat. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path d="M16 28V6M16 20C11 16 8 12 7 7M16 20c5-4 8-8 9-13M16 20c-2 4-4 6-6 8M16 20c2 4 4 6 6 8M12 20h8" />
    </svg>
  );
}
