"""Words around a figure: what is done to the thing counted, and words that are neither action nor thing. Data."""

from __future__ import annotations

import re

# What a plan does to a thing: 新增公共停车位2000个. The longest wins.
ACTIONS = (
    "新增 新建 新开 新设 新引进 新培育 新认定 新注册 新签约 新开工 新改扩建 新改建 新投产 新投用 新入库 新落地 新创建 新建成 新开通 "
    "建成 建设 建立 修建 改建 扩建 改造 改扩建 兴建 续建 共建 创建 打造 引进 引育 引入 招引 培育 培养 培训 完成 实现 实施 启动 "
    "分期启动 开工 开工建设 竣工 投产 投用 投入使用 举办 组织 组织开展 组织举办 开展 承办 主办 选定 申报 推进 推动 加快 加快建设 加快推进 整治 修复 治理 种植 栽植 "
    "发放 减免 帮扶 救助 化解 处置 查处 征收 出让 供应 盘活 争取 落实 投入 安排 支持 提升 提高 增加 扩大 "
    "降低 减少 压减 缩小 保持 稳定 吸引 留住 招聘 资助 评选 认定 签约 落地 转化 孵化 入选 入围 获批 获评 获得 设立 成立 布局 配建 "
    "提供 筹集 筹建 更新 维修 拓宽 疏通 清淤 关停 淘汰 退出 腾退 拆除 整合 强化 深化 优化 完善 健全 拓展 谋划 谋划实施 储备 "
    "动工 动工建设 开通 通车 建成投用 建成运营 投入运营 投运 发展 发展壮大 做强 做优 促成 促进 推出 推广 开设 开办 增设 增建 加装 安装 铺设 "
    "收储 收回 处理 解决 办理 受理 兑现 拨付 下达 募集 转移就业 收治 救治 评定 命名 研发 攻克 制定 出台 编制 发布 "
    "贯通 打通 连通 接入 普查 排查 检查 抽检 巡查 创成 创评 力促 确定 选派 选聘 招录 招生 扩容 新扩 增量 引导 扶持 促成 交付 回购 分配 盘活利用 消化 消除 "
    "导入 集聚 汇聚 落户 签订 达成 举行 承接 承建 更换 配备 配置 部署 上线 创办 成功创建 成功举办 累计建成 累计完成"
).split()

# Further verbs that stand before a thing counted; a reader of questions does not look for them.
FURTHER_ACTIONS = (
    "建成开放 建成启用 使用 取得 验收 竣工验收 遴选 主持 提质 记录 牵头 参与 当选 上线运行 运行 运营 实行 获 交易 统筹安排 供应 协同引进 迈上 跨上  发行 利用 供给 保障 组建 整备 聚焦 抓好 办好 做好 抓实 管好 用好 建好 打好 核准 公开 归集 追讨 追缴 追回 考录 录用 惠及 缴获 缩减 筛选 "
    "征集 选拔 形成 入驻 申请 核减 核销 清理 清退 取缔 关闭 搬迁 安置 投放 扩募 配套 补贴 补助 授信 接待 接诊 服务 拓展和盘活 盘活 结对 复垦 "
    "恢复 补足 净增 减征 返还 退还 兑付 偿还 归还 清偿 置换 收购 转让 拍卖 租赁 购置 采购 购买 引导 撬动 带动 吸纳 "
    "扶助 慰问 走访 调解 化解 破获 侦破 打掉 抓获 查办 立案 审结 受理 办结 答复 采纳 督办 整改 拆违 新改扩建 新扩建 翻建 迁建 重建 加固 提标 "
    "绿化 造林 植树 种草 抚育 放流 关停 淘汰 替代 推广应用 应用 登记 注册 备案 转移 输送 派出 选树 表彰 宣讲 展演 演出 放映 配送 捐赠 "
    "赋能 支撑 服务保障 保护 修缮 活化 点亮 贯通 畅通 打通 接通 覆盖 联通 增配 增派 补充 配齐 充实 调整 撤并 合并 划转 移交 "
    " 新入选 斩获 荣获 夺得 摘得 参加 承担 承揽 中标 投保 参保 赔付 理赔 报销 救治 诊疗 筛查 接种 签署 编写 修订 审议 "
).split()

# A change of the thing itself, said right before the figure: 地区生产总值增长7%.
CHANGES = (
    "增长 同比增长 年均增长 增加 提高 提升 上升 增至 增加到 增长到 提高到 提高至 提升到 提升至 上升到 上升至 扩大到 扩大至 "
    "下降 同比下降 降低 减少 降至 降到 下降到 下降至 降低到 降低至 减少到 减少至 缩小到 缩小至 压减 回落 回升 上涨 下跌 增 降 升 同比增 同比降 分别增长 分别下降 "
    "分别提高 分别增 实现增长 较快增长 累计增长"
).split()
_TO = ("至", "到")

# Words that say when, where or how much in general: neither action nor thing.
FILLERS = (
    "全年 今年 年内 年底 年末 当年 本年 本年度 全区 全市 全县 全省 我区 我市 我县 我省 辖区 区内 市内 其中 预计 力争 确保 争取 努力 力争实现 "
    "预期 共有 总共 累计 分别 合计 每年 年均 同时 达到 超过 不断 持续 继续 进一步 稳步 大力 "
    "全面 积极 力争全年 总计 现有 拥有 当前 目前 率先 首次 再次 连续 成功 顺利 圆满 高质量 高标准 高水平 扎实 深入 有序 有效 切实"
).split()
# One character is a filler only where it cannot begin a word: 到位资金 begins with no 到.
_SHORT_FILLERS = "再已共均各并到达约近超将拟要还也为是至由从在于把"

_ALTERNATIVES = "|".join(sorted(map(re.escape, set(ACTIONS)), key=len, reverse=True))
_FILLER_ALTERNATIVES = "|".join(sorted(map(re.escape, set(FILLERS)), key=len, reverse=True))
_CHANGE_ALTERNATIVES = "|".join(sorted(map(re.escape, set(CHANGES)), key=len, reverse=True))
_DATE = r"(?:到|至)?(?:19|20)\d{2}年(?:底|末|度)?"

#: One or more actions joined: 引进和培育, 新建、改建.
LEADING_ACTION = re.compile(
    rf"(?:{_ALTERNATIVES})(?![业者率额])(?:(?:和|并|、|及|或|与)?(?:{_ALTERNATIVES}))*(?![业者率额])"
)
LEADING_FILLER = re.compile(
    rf"(?:{_DATE}|(?!{_ALTERNATIVES})(?:{_FILLER_ALTERNATIVES})|[{_SHORT_FILLERS}](?={_ALTERNATIVES}|$)|[,，\s])+"
)
TRAILING_CHANGE = re.compile(rf"(?:{_CHANGE_ALTERNATIVES})(?:了)?$")
TRAILING_FILLER = re.compile(rf"(?:{_FILLER_ALTERNATIVES}|[{_SHORT_FILLERS}的])+$")
# 社会消费品零售总额完成159.5亿元: the verb stands behind the thing.
TRAILING_ACTION = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:完成|实现)$")
# 不少于 before the next figure belongs to that figure, not to the noun before it.
TRAILING_QUALIFIER = re.compile(r"(?:不少于|不低于|不超过|超过|突破|达到|至少)$")
ACTION_ANYWHERE = re.compile(rf"(?:{_ALTERNATIVES})")


def is_to(change: str) -> bool:
    """Whether the change word leads to the figure reached (提高到) rather than to the difference (提高)."""
    return change.endswith(_TO)
