/** What the lessons cite: by a short name, with its authors as a text says them. */
export interface Source {
  authors: string;
  year: number;
  title: string;
  /** Where it can be read. */
  address: string;
}

const define = <Name extends string>(sources: Record<Name, Source>): Readonly<Record<Name, Source>> => sources;

export const SOURCES = define({
  adam: {
    authors: "Kingma and Ba",
    year: 2014,
    title: "Adam: A Method for Stochastic Optimization",
    address: "https://arxiv.org/abs/1412.6980",
  },
  amdahl: {
    authors: "Amdahl",
    year: 1967,
    title: "Validity of the Single Processor Approach to Achieving Large Scale Computing Capabilities",
    address: "https://doi.org/10.1145/1465482.1465560",
  },
  roofline: {
    authors: "Williams et al.",
    year: 2009,
    title: "Roofline: An Insightful Visual Performance Model for Multicore Architectures",
    address: "https://doi.org/10.1145/1498765.1498785",
  },
  a100: {
    authors: "NVIDIA",
    year: 2021,
    title: "A100 Tensor Core GPU, data sheet",
    address: "https://www.nvidia.com/en-us/data-center/a100/",
  },
  h100: {
    authors: "NVIDIA",
    year: 2023,
    title: "H100 Tensor Core GPU, data sheet",
    address: "https://www.nvidia.com/en-us/data-center/h100/",
  },
  "dgx-h100": {
    authors: "NVIDIA",
    year: 2023,
    title: "DGX H100, data sheet",
    address: "https://www.nvidia.com/en-us/data-center/dgx-h100/",
  },
  gpipe: {
    authors: "Huang et al.",
    year: 2019,
    title: "GPipe: Efficient Training of Giant Neural Networks using Pipeline Parallelism",
    address: "https://arxiv.org/abs/1811.06965",
  },
  pipedream: {
    authors: "Narayanan et al.",
    year: 2019,
    title: "PipeDream: Generalized Pipeline Parallelism for DNN Training",
    address: "https://doi.org/10.1145/3341301.3359646",
  },
  "pipedream-flush": {
    authors: "Narayanan et al.",
    year: 2020,
    title: "Memory-Efficient Pipeline-Parallel DNN Training",
    address: "https://arxiv.org/abs/2006.09503",
  },
  "megatron-1": {
    authors: "Shoeybi et al.",
    year: 2019,
    title: "Megatron-LM: Training Multi-Billion Parameter Language Models Using Model Parallelism",
    address: "https://arxiv.org/abs/1909.08053",
  },
  "megatron-2": {
    authors: "Narayanan et al.",
    year: 2021,
    title: "Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM",
    address: "https://arxiv.org/abs/2104.04473",
  },
  "megatron-3": {
    authors: "Korthikanti et al.",
    year: 2022,
    title: "Reducing Activation Recomputation in Large Transformer Models",
    address: "https://arxiv.org/abs/2205.05198",
  },
  zero: {
    authors: "Rajbhandari et al.",
    year: 2019,
    title: "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models",
    address: "https://arxiv.org/abs/1910.02054",
  },
  fsdp: {
    authors: "Zhao et al.",
    year: 2023,
    title: "PyTorch FSDP: Experiences on Scaling Fully Sharded Data Parallel",
    address: "https://arxiv.org/abs/2304.11277",
  },
  ddp: {
    authors: "Li et al.",
    year: 2020,
    title: "PyTorch Distributed: Experiences on Accelerating Data Parallel Training",
    address: "https://arxiv.org/abs/2006.15704",
  },
  accelerate: {
    authors: "Hugging Face",
    year: 2022,
    title: "Accelerate: Handling big models for inference",
    address: "https://huggingface.co/docs/accelerate/concept_guides/big_model_inference",
  },
  "zero-bubble": {
    authors: "Qi et al.",
    year: 2024,
    title: "Zero Bubble Pipeline Parallelism",
    address: "https://arxiv.org/abs/2401.10241",
  },
  "v-shape": {
    authors: "Qi et al.",
    year: 2024,
    title: "Pipeline Parallelism with Controllable Memory",
    address: "https://arxiv.org/abs/2405.15362",
  },
  "breadth-first": {
    authors: "Lamy-Poirier",
    year: 2022,
    title: "Breadth-First Pipeline Parallelism",
    address: "https://arxiv.org/abs/2211.05953",
  },
  "deepseek-v3": {
    authors: "DeepSeek-AI",
    year: 2024,
    title: "DeepSeek-V3 Technical Report",
    address: "https://arxiv.org/abs/2412.19437",
  },
  checkpointing: {
    authors: "Chen et al.",
    year: 2016,
    title: "Training Deep Nets with Sublinear Memory Cost",
    address: "https://arxiv.org/abs/1604.06174",
  },
  "flash-attention": {
    authors: "Dao et al.",
    year: 2022,
    title: "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness",
    address: "https://arxiv.org/abs/2205.14135",
  },
  "mixed-precision": {
    authors: "Micikevicius et al.",
    year: 2018,
    title: "Mixed Precision Training",
    address: "https://arxiv.org/abs/1710.03740",
  },
  "large-minibatch": {
    authors: "Goyal et al.",
    year: 2017,
    title: "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
    address: "https://arxiv.org/abs/1706.02677",
  },
  "llama-3": {
    authors: "Grattafiori et al.",
    year: 2024,
    title: "The Llama 3 Herd of Models",
    address: "https://arxiv.org/abs/2407.21783",
  },
  torchtitan: {
    authors: "Liang et al.",
    year: 2024,
    title: "TorchTitan: One-stop PyTorch native solution for production ready LLM pre-training",
    address: "https://arxiv.org/abs/2410.06511",
  },
  "megatron-core": {
    authors: "NVIDIA",
    year: 2024,
    title: "Megatron Core, parallel_state.py",
    address: "https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/parallel_state.py",
  },
  "fully-shard": {
    authors: "PyTorch",
    year: 2025,
    title: "torch.distributed.fsdp.fully_shard",
    address: "https://docs.pytorch.org/docs/stable/distributed.fsdp.fully_shard.html",
  },
  "torch-distributed": {
    authors: "PyTorch",
    year: 2025,
    title: "Distributed communication package, torch.distributed",
    address: "https://docs.pytorch.org/docs/stable/distributed.html",
  },
  "nccl-tests": {
    authors: "NVIDIA",
    year: 2024,
    title: "NCCL Tests, performance reported",
    address: "https://github.com/NVIDIA/nccl-tests/blob/master/doc/PERFORMANCE.md",
  },
  "ring-allreduce": {
    authors: "Patarasuk and Yuan",
    year: 2009,
    title: "Bandwidth optimal all-reduce algorithms for clusters of workstations",
    address: "https://doi.org/10.1016/j.jpdc.2008.09.002",
  },
  gpt3: {
    authors: "Brown et al.",
    year: 2020,
    title: "Language Models are Few-Shot Learners",
    address: "https://arxiv.org/abs/2005.14165",
  },
  playbook: {
    authors: "Tazi et al.",
    year: 2025,
    title: "The Ultra-Scale Playbook: Training LLMs on GPU Clusters",
    address: "https://huggingface.co/spaces/nanotron/ultrascale-playbook",
  },
  "distributed-optimizer": {
    authors: "NVIDIA",
    year: 2024,
    title: "Megatron Core: Distributed Optimizer",
    address: "https://docs.nvidia.com/megatron-core/developer-guide/latest/api-guide/dist_optimizer.html",
  },
});

export type SourceName = keyof typeof SOURCES;
