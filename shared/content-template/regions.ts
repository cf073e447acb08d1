/*
 * Names of the regions of Alibaba Cloud (https://www.alibabacloud.com/help/en/cloud-migration-guide-for-beginners/latest/regions-and-zones)
 * and of AWS (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
 */

const NAMES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  'cn-qingdao': ['China (Qingdao)', '华北1（青岛）'],
  'cn-beijing': ['China (Beijing)', '华北2（北京）'],
  'cn-zhangjiakou': ['China (Zhangjiakou)', '华北3（张家口）'],
  'cn-huhehaote': ['China (Hohhot)', '华北5（呼和浩特）'],
  'cn-wulanchabu': ['China (Ulanqab)', '华北6（乌兰察布）'],
  'cn-hangzhou': ['China (Hangzhou)', '华东1（杭州）'],
  'cn-shanghai': ['China (Shanghai)', '华东2（上海）'],
  'cn-nanjing': ['China (Nanjing)', '华东5（南京）'],
  'cn-fuzhou': ['China (Fuzhou)', '华东6（福州）'],
  'cn-wuhan-lr': ['China (Wuhan)', '华中1（武汉）'],
  'cn-shenzhen': ['China (Shenzhen)', '华南1（深圳）'],
  'cn-heyuan': ['China (Heyuan)', '华南2（河源）'],
  'cn-guangzhou': ['China (Guangzhou)', '华南3（广州）'],
  'cn-chengdu': ['China (Chengdu)', '西南1（成都）'],
  'cn-hongkong': ['China (Hong Kong)', '中国（香港）'],
  'ap-northeast-1': ['Japan (Tokyo)', '日本（东京）'],
  'ap-northeast-2': ['South Korea (Seoul)', '韩国（首尔）'],
  'ap-northeast-3': ['Japan (Osaka)', '日本（大阪）'],
  'ap-south-1': ['India (Mumbai)', '印度（孟买）'],
  'ap-southeast-1': ['Singapore', '新加坡'],
  'ap-southeast-2': ['Australia (Sydney)', '澳大利亚（悉尼）'],
  'ap-southeast-3': ['Malaysia (Kuala Lumpur)', '马来西亚（吉隆坡）'],
  'ap-southeast-5': ['Indonesia (Jakarta)', '印度尼西亚（雅加达）'],
  'ap-southeast-6': ['Philippines (Manila)', '菲律宾（马尼拉）'],
  'ap-southeast-7': ['Thailand (Bangkok)', '泰国（曼谷）'],
  'eu-central-1': ['Germany (Frankfurt)', '德国（法兰克福）'],
  'eu-west-1': ['UK (London)', '英国（伦敦）'],
  'us-west-1': ['US (Silicon Valley)', '美国（硅谷）'],
  'us-east-1': ['US (Virginia)', '美国（弗吉尼亚）'],
  'me-east-1': ['UAE (Dubai)', '阿联酋（迪拜）'],
  'me-central-1': ['Saudi Arabia (Riyadh)', '沙特（利雅得）'],
  'us-east-2': ['US (Ohio)', '美国（俄亥俄）'],
  'us-west-2': ['US (Oregon)', '美国（俄勒冈）'],
  'ca-central-1': ['Canada (Central)', '加拿大（中部）'],
  'sa-east-1': ['Brazil (São Paulo)', '巴西（圣保罗）'],
  'eu-west-2': ['UK (London)', '英国（伦敦）'],
  'eu-west-3': ['France (Paris)', '法国（巴黎）'],
  'eu-north-1': ['Sweden (Stockholm)', '瑞典（斯德哥尔摩）'],
  'eu-south-1': ['Italy (Milan)', '意大利（米兰）'],
  'cn-north-1': ['China (Beijing)', '中国（北京）'],
  'cn-northwest-1': ['China (Ningxia)', '中国（宁夏）'],
}

/** The name of a region for people. A region that is not in the list keeps its id. */
export function regionName(id: string, language: 'en' | 'zh'): string {
  const [en, zh] = Object.hasOwn(NAMES, id) ? NAMES[id]! : [id, id]
  return language === 'en' ? en : zh
}
