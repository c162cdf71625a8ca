import { Body, Controller, Get, Injectable, Param, Put, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ETag, IfMatchGuard } from '../../../../src/index.js';

/** Only one price list of a shop is written at a time. */
@Injectable()
export class ShopGuard extends IfMatchGuard {
  protected override keyOf(context: ExecutionContext): string {
    const { params } = context.switchToHttp().getRequest<{ params: { shop: string } }>();
    return `shop ${params.shop.toLowerCase()}`;
  }
}

@Controller('shops/:shop/price-lists')
@ETag()
@UseGuards(ShopGuard)
export class PriceListsController {
  private readonly lists = new Map<string, { prices: number[] }>();

  @Get(':name')
  findOne(@Param('shop') shop: string, @Param('name') name: string) {
    return this.lists.get(`${shop}/${name}`) ?? { prices: [] };
  }

  @Put(':name')
  async replace(
    @Param('shop') shop: string,
    @Param('name') name: string,
    @Body() list: { prices: number[] },
  ) {
    this.lists.set(`${shop}/${name}`, list);
    return list;
  }
}
