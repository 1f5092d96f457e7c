import type { Text } from '../../core/text.ts'

/** What stands beside the numbers, so that nobody has to ask what they were compared with. */
export const SAVINGS_FORMULA: Text = {
  vi: 'Tiết kiệm = (E₀ − E) / E₀. E: điện năng đo được (hoặc tính từ công suất và mức sáng nơi không có công tơ). E₀: điện năng nếu mọi đèn sáng hết công suất suốt thời gian tuyến được thắp.',
  en: 'Saving = (E₀ − E) / E₀. E: energy as measured (or reckoned from power and level where nothing measures it). E₀: energy with every lamp at full power for as long as the street is lit.',
}
