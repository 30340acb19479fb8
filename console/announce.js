// What happens is said in one place, which screen readers read out.
export const announce = (text) => {
  document.getElementById('message').textContent = text;
};
